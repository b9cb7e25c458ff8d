// What the server refuses, in this language; its own sentence stands for what is not here.
export default {
  FileGone: "The file is no longer on this device: discard the message and choose the file again.",
  WrongPassword: "The account or the password is wrong.",
  AccountDisabled: "This account is disabled. Ask an administrator.",
  TooManyAttempts: "There were too many wrong passwords. Wait a while and try again.",
  TooManyAttemptsFor: "There were too many wrong passwords. Try again in {minutes} min.",
  LdapAway: "The company's directory cannot be reached, so passwords cannot be checked now. Try again in a moment.",
  WrongOldPassword: "The old password is wrong.",
  WeakPassword: "This password would be guessed too easily: at least 8 characters, without the account name, and none that everybody tries.",
  NotShownToYou: "You are not in this app's visible range. Ask an administrator.",
  NoSuchLogin: "This code is used up, too old, or somebody else has scanned it. Show a new one.",
  AppDisabled: "This app is disabled. Ask an administrator.",
};
