import vue from "eslint-plugin-vue";
import typescript from "typescript-eslint";

export default typescript.config(
  { ignores: ["dist/**", "node_modules/**", "**/*.gen.ts"] },
  ...typescript.configs.strict,
  ...vue.configs["flat/essential"],
  { files: ["**/*.vue"], languageOptions: { parserOptions: { parser: typescript.parser } } },
  {
    rules: {
      "vue/multi-word-component-names": "off",
      // What people write is never taken for HTML.
      "vue/no-v-html": "error",
      "@typescript-eslint/no-non-null-assertion": "off",
      "max-lines": ["error", 400],
      "no-restricted-globals": ["error", { name: "fetch", message: "Screens ask through wire/." }],
    },
  },
  { files: ["wire/**", "service/**", "sdk/**"], rules: { "no-restricted-globals": "off" } },
  {
    // What happened and what follows from it does not depend on where it is shown.
    files: ["state/**"],
    ignores: ["**/*.test.ts"],
    rules: { "no-restricted-globals": ["error", "fetch", "window", "document", "navigator", "localStorage", "indexedDB"] },
  },
);
