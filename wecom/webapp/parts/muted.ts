// A bell that is struck out, which TDesign has no picture of.
import { icon } from "./icon";

export default /*#__PURE__*/ icon([
  ["path", { d: "M8 2.8C9.1 1.7 10.5 1 12 1C15.9 1 19 4.1 19 8V13M5.3 6.2C5.1 6.8 5 7.4 5 8V13L3 16V19H18M8.5 19C8.5 20.9 10.1 22.5 12 22.5C13.9 22.5 15.5 20.9 15.5 19" }],
  ["path", { d: "M2.5 2.5L21.5 21.5" }],
]);
