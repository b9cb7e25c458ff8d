/** The version of the product that these pages belong to. */
declare const __VERSION__: string;
