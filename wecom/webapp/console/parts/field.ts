// What a field is called, for controls that are more than one element of the browser's.
import type { InjectionKey } from "vue";

/** The id of the element that names whatever stands in the field. */
export const FIELD_LABEL: InjectionKey<string> = Symbol("the field's label");
