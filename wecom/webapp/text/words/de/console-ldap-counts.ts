// What a reading of LDAP does, by kind.
export default {
  people_added: "Neue Personen",
  people_adopted: "Übernommene Personen",
  people_changed: "Geänderte Personen",
  people_unchanged: "Unverändert",
  people_disabled: "Gesperrte Personen",
  people_enabled: "Freigegebene Personen",
  departments_added: "Neue Abteilungen",
  departments_changed: "Geänderte Abteilungen",
  departments_gone: "Gelöschte Abteilungen",
  tags_changed: "Geänderte Schlagwörter",
  people: "Personen",
  departments: "Abteilungen",
  tags: "Schlagwörter",
  problems: "Probleme",
  units: "Organisationseinheiten",
  groups: "Gruppen",
};
