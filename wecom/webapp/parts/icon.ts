// What an `icon:NAME` module is made of: a picture that says nothing to who cannot see it.
import { h, type FunctionalComponent } from "vue";

export type Icon = FunctionalComponent;

export function icon(shapes: [string, Record<string, string | number>][]): Icon {
  return () =>
    h(
      "svg",
      { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
      shapes.map(([tag, attrs]) => h(tag, attrs)),
    );
}
