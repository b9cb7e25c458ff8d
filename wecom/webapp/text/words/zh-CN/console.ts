// The console's words, one file for each of its areas.
import common from "./common";
import frame from "./console-frame";
import people from "./console-people";
import roles from "./console-roles";

export default { common, frame, people, roles };
