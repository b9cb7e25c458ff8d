// The console's words, one file for each of its areas.
import common from "./common";

export default { common };
