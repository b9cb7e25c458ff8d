// The console's words, one file for each of its areas.
import common from "./common";
import apps from "./console-apps";
import frame from "./console-frame";
import joining from "./console-joining";
import people from "./console-people";
import roles from "./console-roles";

export default { common, apps, frame, joining, people, roles };
