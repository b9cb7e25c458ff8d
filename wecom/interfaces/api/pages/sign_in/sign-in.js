// Signs members in to apps: with a password, by consent, by a picture that another device scans, and confirms there.
const told = JSON.parse(document.querySelector("main").dataset.told);
const words = told.words;
const at = (id) => document.getElementById(id);
const say = (id, text) => { at(id).textContent = text; };
const show = (id, shown = true) => { at(id).hidden = !shown; };
const filled = (text, facts) => text.replace(/\{(\w+)\}/g, (all, name) => facts[name] ?? all);
const framed = window !== window.top;

class Refused extends Error {
  constructor(said) {
    super(told.reasons[said.error] ?? said.message);
    this.error = said.error;
  }
}

function csrf() {
  return document.cookie.split("; ").find((each) => each.startsWith("wecom_csrf="))?.slice(11) ?? "";
}

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf() },
    body: body && JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said);
  return said;
}

// One at a time: what is refused is said, and may be tried again.
async function attempt(button, step) {
  say("problem", "");
  button.disabled = true;
  try {
    await step();
  } catch (problem) {
    say("problem", problem.message);
  } finally {
    button.disabled = false;
  }
}

function takePasswords(onward) {
  const form = at("sign-in");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const { account, password, changed, send } = form.elements;
    attempt(send, async () => {
      if (at("change").hidden) {
        const session = await ask("POST", "/api/session", { account: account.value, password: password.value, device: "Browser" });
        if (session.me.must_change_password) {
          show("change");
          changed.required = true;
          changed.focus();
          return;
        }
      } else {
        await ask("PUT", "/api/me/password", { old_password: password.value, new_password: changed.value });
      }
      form.reset();
      onward();
    });
  });
}

function consent() {
  at("yes").addEventListener("click", () => attempt(at("yes"), async () => {
    await ask("PUT", `/api/me/app-consents/${told.app}`);
    location.reload();
  }));
}

function takeBack() {
  for (const button of document.querySelectorAll("[data-app]")) {
    button.addEventListener("click", () => attempt(button, async () => {
      await ask("DELETE", `/api/me/app-consents/${button.dataset.app}`);
      location.reload();
    }));
  }
}

// A frame may not send its window elsewhere: it tells the page around it, which is one of the app's own, and shows a link.
function leave(address) {
  if (!framed) {
    location.replace(address);
    return;
  }
  at("go").href = address;
  show("go");
  window.parent.postMessage(address, told.origin);
}

async function scan() {
  show("again", false);
  at("picture").classList.remove("spent");
  say("state", words.scan);
  say("problem", "");
  try {
    const begun = await ask("POST", "/api/app-logins", told.login);
    at("picture").src = begun.picture;
    show("picture");
    for (let outcome = ""; ;) {
      await new Promise((resolve) => setTimeout(resolve, 2000));
      let answer;
      try {
        answer = await ask("POST", "/api/app-logins/outcome", { asking: begun.asking });
      } catch (problem) {
        if (problem instanceof Refused && problem.error === "NoSuchLogin") break;
        continue;
      }
      if (answer.go_to) {
        say("state", answer.outcome === "refused" ? words.refused : words.go_on);
        leave(answer.go_to);
        return;
      }
      if (answer.outcome !== outcome && answer.outcome === "looked_at") say("state", words.scanned);
      outcome = answer.outcome;
    }
    say("state", words.expired);
  } catch (problem) {
    say("problem", problem.message);
  }
  at("picture").classList.add("spent");
  show("again");
}

function confirm() {
  const shown = location.hash.slice(1);
  const decide = (button, path, done) => button.addEventListener("click", () => attempt(button, async () => {
    await ask("POST", path, { shown });
    history.replaceState(null, "", location.pathname);
    show("what", false);
    say("state", done);
  }));
  const look = async () => {
    show("here", false);
    try {
      const found = await ask("POST", "/api/app-logins/look", { shown });
      say("title", filled(words.confirm_title, found));
      say("where", filled(words.confirm_where, found));
      say("from", `${filled(words.confirm_from, found)} · ${found.user_agent}`);
      say("state", "");
      show("what");
    } catch (problem) {
      say("state", "");
      const unknown = ["NotSignedIn", "PasswordMustChange"].includes(problem.error);
      if (unknown) show("here");
      else say("problem", problem.message);
    }
  };
  decide(at("yes"), "/api/app-logins/confirm", words.confirmed);
  decide(at("no"), "/api/app-logins/refuse", words.refused);
  takePasswords(look);
  look();
}

switch (told.page) {
  case "again":
    // Without what stands behind #, or nothing would be asked for.
    location.replace(location.pathname + location.search);
    break;
  case "sign-in":
  case "sign-in-first":
    takePasswords(() => location.reload());
    break;
  case "consent":
    consent();
    break;
  case "consents":
    takeBack();
    break;
  case "login":
    if (framed) show("here", false);
    else takePasswords(() => location.assign(told.onward));
    at("again").addEventListener("click", scan);
    scan();
    break;
  case "confirm":
    confirm();
    break;
}
