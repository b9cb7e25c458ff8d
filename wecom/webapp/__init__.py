"""The web clients: TypeScript in, bundles out. Nothing here is Python but this page, by which a wheel carries `dist/`.

    wire/      types generated from OpenAPI; HTTP; the socket (cursors, gaps, back-off); the outbox in IndexedDB
    state/     (state, entry) -> state, pure; one file per event family; selectors. Knows no browser.
    app/       the employee app's screens, one component per file; `app/stores` joins wire and state
    console/   the console's screens
    parts/     avatars, lists, editors; design tokens. Know nothing of chat.
    text/      translations (zh-CN, en, de), time, names
    service/   the service worker: the shell while offline, and what is pushed

`npm run check`, `npm test`, `npm run build`; `make setup` builds when something changed.
"""
