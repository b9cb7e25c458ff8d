"""Every statement on the index of messages' words: `indexing` keeps it, `finding` asks it."""
