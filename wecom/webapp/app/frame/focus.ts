// Where one has come to, for who goes by keyboard or by ear: what one had pressed is gone with the screen before.
import { nextTick, onScopeDispose } from "vue";
import { useRouter } from "vue-router";

export function useFocusOnHeading(): void {
  const router = useRouter();
  const stop = router.afterEach(async (to, from) => {
    if (to.path === from.path) return;
    await nextTick();
    if (document.activeElement && document.activeElement !== document.body) return;
    const heading = [...document.querySelectorAll<HTMLElement>("main h1, h1")].find((each) => each.offsetParent);
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  });
  onScopeDispose(stop);
}
