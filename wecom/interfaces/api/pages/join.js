// Uses a link's secret, which stands behind the # and so reaches no log, to set a password.
const token = location.hash.slice(1);
const form = document.querySelector("form");
const say = (id, text) => { document.getElementById(id).textContent = text; };

async function ask(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.message);
  return said;
}

async function begin() {
  try {
    const link = await ask("/api/invitations/look", { token });
    say("title", link.company);
    say("whom", `${link.name} (${link.userid})`);
    form.elements.account.value = link.userid;
    form.hidden = false;
    form.elements.password.focus();
  } catch (problem) {
    say("whom", "");
    say("problem", problem.message);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  say("problem", "");
  const { password, again, send } = form.elements;
  if (password.value !== again.value) {
    say("problem", "The two passwords differ: type them again.");
    return;
  }
  send.disabled = true;
  try {
    const device = "Browser";
    const session = await ask("/api/invitations/accept", { token, password: password.value, device });
    history.replaceState(null, "", location.pathname);
    form.hidden = true;
    say("whom", `Done. Sign in as ${session.me.userid} with this password.`);
    document.getElementById("next").hidden = false;
  } catch (problem) {
    say("problem", problem.message);
  } finally {
    send.disabled = false;
  }
});

begin();
