export default {
  signIn: "Sign in",
  signOut: "Sign out",
  account: "Userid, mobile number or e-mail",
  password: "Password",
  cancel: "Cancel",
  save: "Save",
  retry: "Try again",
  offline: "No connection",
  loading: "Loading",
  unreachable: "The server cannot be reached. Check the network and try again.",
};
