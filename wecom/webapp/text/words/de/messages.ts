export default {
  title: "Nachrichten",
  choose: "Wählen Sie ein Gespräch",
  chooseNote: "Oder beginnen Sie eines: Die Suche findet alle in Ihrem Unternehmen.",
};
