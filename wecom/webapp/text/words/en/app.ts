// The employee app's words, one file for each of its areas.
import common from "./common";
import frame from "./frame";
import messages from "./messages";

export default { common, frame, messages };
