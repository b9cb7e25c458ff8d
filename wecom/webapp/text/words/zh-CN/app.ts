// The employee app's words, one file for each of its areas.
import checkins from "./checkins";
import codes from "./codes";
import common from "./common";
import contacts from "./contacts";
import enter from "./enter";
import frame from "./frame";
import me from "./me";
import messages from "./messages";
import refusals from "./refusals";
import workbench from "./workbench";

export default { checkins, codes, common, contacts, enter, frame, me, messages, refusals, workbench };
