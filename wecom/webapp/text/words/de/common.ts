export default {
  signIn: "Anmelden",
  signOut: "Abmelden",
  account: "Userid, Mobilnummer oder E-Mail",
  password: "Passwort",
  cancel: "Abbrechen",
  save: "Speichern",
  retry: "Erneut versuchen",
  offline: "Keine Verbindung",
  loading: "Wird geladen",
  unreachable: "Der Server ist nicht erreichbar. Bitte das Netz prüfen und erneut versuchen.",
};
