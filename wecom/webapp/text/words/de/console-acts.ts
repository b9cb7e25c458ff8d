// What was done, as the audit log has it: by noun and verb.
export default {
  app: {
    change: "App geändert",
    confirm_login: "Per Code bei einer App angemeldet",
    consent: "Einer App zugestimmt",
    create: "App angelegt",
    disable: "App deaktiviert",
    enable: "App aktiviert",
    refuse_login: "Anmeldung bei einer App abgelehnt",
    remove: "App entfernt",
    rotate_secret: "Geheimnis einer App ersetzt",
    set_visible_range: "Sichtbereich einer App gesetzt",
    sign_in: "Über eine App angemeldet",
    try: "Probenachricht einer App",
    withdraw_consent: "Zustimmung zu einer App zurückgenommen",
  },
  appchat: {
    change: "Gruppe einer App geändert",
    create: "Gruppe einer App angelegt",
  },
  attribute: {
    define: "Feld angelegt oder geändert",
    remove: "Feld entfernt",
  },
  audit: {
    content_erased: "Inhalt eines Eintrags gelöscht",
    content_read: "Inhalt eines Eintrags gelesen",
    exported: "Protokoll ausgegeben",
    read: "Protokoll gelesen",
    verified: "Protokoll geprüft",
  },
  checkin_device: {
    set: "Übliches Gerät festgelegt",
  },
  checkin_fact: {
    approve: "Abwesenheit oder Überstunden genehmigt",
    withdraw: "Genehmigung zurückgenommen",
  },
  checkin_holiday: {
    set: "Feiertag festgelegt",
  },
  checkin_machine: {
    add: "Zeiterfassungsgerät angelegt",
    change: "Zeiterfassungsgerät geändert",
    end: "Zeiterfassungsgerät entfernt",
    number: "Nummern eines Zeiterfassungsgeräts zugeordnet",
    rotate: "Schlüssel eines Zeiterfassungsgeräts ersetzt",
  },
  checkin_month: {
    close: "Monat abgeschlossen",
    reopen: "Monat wieder geöffnet",
  },
  checkin_photo: {
    see: "Foto einer Buchung angesehen",
  },
  checkin_punch: {
    correct: "Buchung berichtigt",
    take_back: "Berichtigung zurückgenommen",
  },
  checkin_report: {
    export: "Auswertung exportiert",
  },
  checkin_rule: {
    add: "Zeitregel angelegt",
    change: "Zeitregel geändert",
    delete: "Zeitregel gelöscht",
  },
  checkin_schedule: {
    set: "Schichten geplant",
  },
  checkin_zone: {
    adopt: "Zeitzone aktualisiert",
  },
  company: {
    restored: "Aus einer Sicherung wiederhergestellt",
  },
  demo: {
    protected: "Vorführfirma eingerichtet",
  },
  department: {
    add: "Abteilung angelegt",
    change: "Abteilung geändert",
    delete: "Abteilung gelöscht",
  },
  directory: {
    import: "Tabelle eingelesen",
    leave_ldap: "Verzeichnis von LDAP gelöst",
    sync: "Verzeichnis aus LDAP übernommen",
  },
  export: {
    begin: "Ausgabe durch eine App begonnen",
    done: "Ausgabe fertig",
    failed: "Ausgabe fehlgeschlagen",
    fetched: "Ausgabe abgeholt",
  },
  health_answer: {
    send_for: "Gesundheitsmeldung für jemanden abgegeben",
  },
  health_answers: {
    erase: "Gesundheitsantworten gelöscht",
    export: "Gesundheitsantworten exportiert",
    read: "Gesundheitsantworten angesehen",
  },
  health_appeal: {
    answer: "Einspruch gegen einen Gesundheitscode beantwortet",
  },
  health_codes: {
    erase: "Verlauf von Gesundheitscodes gelöscht",
    read: "Gesundheitscodes angesehen",
  },
  health_fact: {
    add: "Gesundheitsvermerk angelegt",
    withdraw: "Gesundheitsvermerk zurückgenommen",
  },
  health_form: {
    change: "Gesundheitsmeldung: Fragen geändert",
  },
  health_gate: {
    add: "Einlassstelle angelegt",
    change: "Einlassstelle geändert",
    end: "Einlassstelle außer Betrieb genommen",
    enrol: "Gerät als Einlassstelle eingerichtet",
    offer: "Einrichtungscode für eine Einlassstelle erstellt",
  },
  health_job: {
    add: "Gesundheitsmeldung angelegt",
    change: "Gesundheitsmeldung geändert",
    end: "Gesundheitsmeldung beendet",
    remind: "An Gesundheitsmeldung erinnert",
    start: "Gesundheitsmeldung begonnen",
  },
  health_key: {
    rotate: "Schlüssel der Gesundheitscodes gewechselt",
  },
  health_override: {
    end: "Festlegung eines Gesundheitscodes beendet",
    give: "Gesundheitscode festgelegt",
  },
  health_passage: {
    replay: "Ein Gesundheitscode an zwei Einlassstellen eingelassen",
  },
  health_passages: {
    export: "Durchgänge exportiert",
    read: "Durchgänge angesehen",
  },
  health_photo: {
    see: "Foto einer Gesundheitsantwort angesehen",
  },
  health_policy: {
    add: "Gesundheitsregelung angelegt",
    change: "Gesundheitsregelung geändert",
    end: "Gesundheitsregelung beendet",
  },
  import: {
    begin: "Import durch eine App begonnen",
  },
  invitation: {
    join: "Einladung erstellt",
    reset: "Link zum Zurücksetzen des Passworts erstellt",
    wish: "Einladung von einer App gewünscht",
  },
  job: {
    deleted: "Aufgegebenen Auftrag verworfen",
    retried: "Aufgegebenen Auftrag wiederholt",
  },
  join_request: {
    approve: "Aufnahme bewilligt",
    ask: "Um Aufnahme gebeten",
    decline: "Aufnahme abgelehnt",
  },
  ldap: {
    asked: "LDAP-Prüfung oder -Abgleich verlangt",
  },
  member: {
    add: "Mitglied angelegt",
    change: "Mitglied geändert",
    disable: "Mitglied gesperrt",
    enable: "Mitglied freigegeben",
    keep_out: "Mitglied vorerst ausgesperrt",
    leave: "Mitglied ausgeschieden",
    let_join: "Mitglied zum Beitritt zugelassen",
    relink: "Mitglied mit anderem LDAP-Eintrag verbunden",
    unlink: "Mitglied von LDAP gelöst",
  },
  members: {
    exported: "Mitglieder ausgegeben",
  },
  message: {
    recall: "Nachricht zurückgenommen",
  },
  password: {
    changed: "Passwort geändert",
    set: "Passwort gesetzt",
  },
  robot: {
    change: "Bot geändert",
    create: "Bot angelegt",
    remove: "Bot entfernt",
    rotate_key: "Schlüssel eines Bots ersetzt",
  },
  role: {
    granted: "Rolle vergeben",
    revoked: "Rolle entzogen",
  },
  roster: {
    applied: "Import übernommen",
    discarded: "Import verworfen",
    refused: "Import abgewiesen",
    uploaded: "Import hochgeladen",
  },
  session: {
    confirm_scanned: "Anmeldung per QR-Code bestätigt",
    ended: "Sitzung beendet",
    refuse_scanned: "Anmeldung per QR-Code abgelehnt",
    refused: "Anmeldung abgewiesen",
    started: "Angemeldet",
  },
  setting: {
    changed: "Einstellung geändert",
  },
  tag: {
    add: "Schlagwort angelegt",
    delete: "Schlagwort gelöscht",
    link: "Schlagwort mit LDAP-Gruppe verbunden",
    put_on: "Schlagwort gesetzt",
    rename: "Schlagwort umbenannt",
    take_off: "Schlagwort abgenommen",
    unlink: "Schlagwort von LDAP-Gruppe gelöst",
  },
  token: {
    refused: "Zugriffstoken verweigert",
  },
  visibility_rule: {
    add: "Sichtbarkeitsregel angelegt",
    change: "Sichtbarkeitsregel geändert",
    remove: "Sichtbarkeitsregel entfernt",
  },
};
