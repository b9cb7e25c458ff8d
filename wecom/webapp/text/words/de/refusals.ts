// What the server refuses, in this language; its own sentence stands for what is not here.
export default {
  FileGone: "Die Datei ist nicht mehr auf diesem Gerät: Nachricht verwerfen und Datei neu wählen.",
  WrongPassword: "Konto oder Passwort stimmt nicht.",
  AccountDisabled: "Dieses Konto ist gesperrt. Bitte an die Administration wenden.",
  TooManyAttempts: "Zu viele falsche Passwörter. Bitte später noch einmal versuchen.",
  TooManyAttemptsFor: "Zu viele falsche Passwörter. Bitte in {minutes} Min. noch einmal versuchen.",
  LdapAway: "Das Firmenverzeichnis ist nicht erreichbar, Passwörter lassen sich gerade nicht prüfen. Bitte gleich noch einmal versuchen.",
  WrongOldPassword: "Das alte Passwort stimmt nicht.",
  WeakPassword: "Dieses Passwort ist zu leicht zu erraten: mindestens 8 Zeichen, ohne Kontonamen und keines, das alle zuerst probieren.",
  NotShownToYou: "Diese App ist für dich nicht freigegeben. Bitte an die Administration wenden.",
  NoSuchLogin: "Der Code ist verbraucht, abgelaufen oder wurde schon von anderen gescannt. Bitte einen neuen anzeigen.",
  AppDisabled: "Diese App ist deaktiviert. Bitte an die Administration wenden.",
};
