export default {
  title: "Messages",
  choose: "Choose a conversation",
  chooseNote: "Or start one: everybody in your company is a search away.",
};
