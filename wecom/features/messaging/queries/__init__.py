"""Every statement on conversations, participants and messages, by table family."""
