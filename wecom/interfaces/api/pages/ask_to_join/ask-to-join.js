// Puts before HR what somebody says who asks to join. The code stands in the page's address.
const told = JSON.parse(document.querySelector("main").dataset.told);
const form = document.querySelector("form");
const say = (id, text) => { document.getElementById(id).textContent = text; };

async function ask(said) {
  let answer;
  try {
    answer = await fetch("/api/join-requests", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(said),
    });
  } catch {
    throw new Error(told.unreachable);
  }
  if (answer.ok) return;
  const refused = await answer.json();
  throw new Error(told.reasons[refused.error] ?? refused.message);
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  say("problem", "");
  const { name, mobile, userid, password, again, words, send } = form.elements;
  if (password.value !== again.value) {
    say("problem", told.differ);
    again.focus();
    return;
  }
  send.disabled = true;
  try {
    await ask({
      code: told.code,
      name: name.value,
      mobile: mobile.value,
      userid: userid.value,
      password: password.value,
      words: words.value,
    });
    say("title", told.sent);
    say("how", told.sent_how.replace("{userid}", () => userid.value));
    form.reset();
    form.hidden = true;
    document.getElementById("next").hidden = false;
  } catch (problem) {
    say("problem", problem.message);
  } finally {
    send.disabled = false;
  }
});
