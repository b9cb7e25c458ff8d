"""The web clients: TypeScript in, bundles out. Nothing here is Python but this page, by which a wheel carries `dist/`.

    wire/      types generated from OpenAPI; HTTP; the socket (cursors, gaps, back-off); the outbox in IndexedDB
    state/     (state, entry) -> state, pure; one file per event family; selectors. Knows no browser.
    app/       the employee app's screens, one component per file; `app/stores` joins wire and state
    console/   the console's screens
    gate/      the page at a gate, which verifies health codes, also without a network
    pass/      health codes' bytes and signatures, and the rules by which a gate lets somebody through
    parts/     avatars, lists, editors; design tokens. Know nothing of chat.
    text/      translations (zh-CN, en, de), time, names
    service/   the service workers: the shell while offline, and what is pushed

`npm run check`, `npm test`, `npm run build`; `make setup` builds when something changed.
"""
