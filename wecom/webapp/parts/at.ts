// The @, which TDesign has no picture of.
import { icon } from "./icon";

export default /*#__PURE__*/ icon([
  ["circle", { cx: 12, cy: 12, r: 3.6 }],
  ["path", { d: "M15.6 8.4V13.2C15.6 15 16.7 15.9 18 15.9C19.8 15.9 21 14.3 21 12C21 7 17 3 12 3C7 3 3 7 3 12C3 17 7 21 12 21C14 21 15.9 20.3 17.4 19.2" }],
]);
