// How high rows of people and departments are: said before they are drawn, so that nothing moves once they are.
import { computed } from "vue";

import { isWide } from "@/parts/width";

export const personHeight = computed(() => (isWide.value ? 56 : 64));
export const branchHeight = computed(() => (isWide.value ? 40 : 52));
export const GROUP_HEIGHT = 60;
