// What a reading of LDAP does, by kind.
export default {
  people_added: "新增成员",
  people_adopted: "接管成员",
  people_changed: "变更成员",
  people_unchanged: "未变",
  people_disabled: "禁用成员",
  people_enabled: "启用成员",
  departments_added: "新增部门",
  departments_changed: "变更部门",
  departments_gone: "删除部门",
  tags_changed: "变更标签",
  people: "成员",
  departments: "部门",
  tags: "标签",
  problems: "问题",
  units: "组织单位",
  groups: "组",
};
