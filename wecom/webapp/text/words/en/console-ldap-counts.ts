// What a reading of LDAP does, by kind.
export default {
  people_added: "People added",
  people_adopted: "People taken over",
  people_changed: "People changed",
  people_unchanged: "Unchanged",
  people_disabled: "People disabled",
  people_enabled: "People enabled",
  departments_added: "Departments added",
  departments_changed: "Departments changed",
  departments_gone: "Departments deleted",
  tags_changed: "Tags changed",
  people: "People",
  departments: "Departments",
  tags: "Tags",
  problems: "Problems",
  units: "Organisational units",
  groups: "Groups",
};
