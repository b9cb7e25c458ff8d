// What was done, as the audit log has it: by noun and verb.
export default {
  app: {
    change: "App changed",
    confirm_login: "Signed in to an app by code",
    consent: "Consent given to an app",
    create: "App created",
    disable: "App disabled",
    enable: "App enabled",
    refuse_login: "Sign-in to an app refused",
    remove: "App removed",
    rotate_secret: "App's secret replaced",
    set_visible_range: "App's visible range set",
    sign_in: "Signed in through an app",
    try: "Test message sent by an app",
    withdraw_consent: "Consent to an app withdrawn",
  },
  appchat: {
    change: "App's group changed",
    create: "App's group created",
  },
  attribute: {
    define: "Attribute defined",
    remove: "Attribute removed",
  },
  audit: {
    content_erased: "Content of a record erased",
    content_read: "Content of a record read",
    exported: "Audit log exported",
    read: "Audit log read",
    verified: "Audit log verified",
  },
  checkin_device: {
    set: "Usual device set",
  },
  checkin_fact: {
    approve: "Absence or overtime approved",
    withdraw: "Approval taken back",
  },
  checkin_holiday: {
    set: "Holiday set",
  },
  checkin_machine: {
    add: "Attendance machine added",
    change: "Attendance machine changed",
    end: "Attendance machine removed",
    number: "Attendance machine's numbers said",
    rotate: "Attendance machine's key replaced",
  },
  checkin_month: {
    close: "Month closed",
    reopen: "Month opened again",
  },
  checkin_photo: {
    see: "Check-in photo looked at",
  },
  checkin_punch: {
    correct: "Check-in corrected",
    take_back: "Correction taken back",
  },
  checkin_report: {
    export: "Attendance report exported",
  },
  checkin_rule: {
    add: "Check-in rule added",
    change: "Check-in rule changed",
    delete: "Check-in rule deleted",
  },
  checkin_schedule: {
    set: "Shifts planned",
  },
  checkin_zone: {
    adopt: "Time zone brought up to date",
  },
  company: {
    restored: "Company restored from a backup",
  },
  demo: {
    protected: "Demo company prepared",
  },
  department: {
    add: "Department added",
    change: "Department changed",
    delete: "Department deleted",
  },
  directory: {
    import: "Table imported",
    leave_ldap: "Directory detached from LDAP",
    sync: "LDAP read into the directory",
  },
  export: {
    begin: "Export begun by an app",
    done: "Export completed",
    failed: "Export failed",
    fetched: "Export fetched",
  },
  health_answer: {
    send_for: "Health report answered for somebody",
  },
  health_answers: {
    erase: "Health answers erased",
    export: "Health answers exported",
    read: "Health answers looked at",
  },
  health_appeal: {
    answer: "Objection to a health code answered",
  },
  health_codes: {
    erase: "Health codes' history erased",
    read: "Health codes looked at",
  },
  health_fact: {
    add: "Health fact written down",
    withdraw: "Health fact withdrawn",
  },
  health_form: {
    change: "Health report: questions changed",
  },
  health_gate: {
    add: "Gate made",
    change: "Gate changed",
    end: "Gate taken out of use",
    enrol: "Device became a gate",
    offer: "Enrolment code for a gate made",
  },
  health_job: {
    add: "Health report made",
    change: "Health report changed",
    end: "Health report ended",
    remind: "Reminded of a health report",
    start: "Health report begun",
  },
  health_key: {
    rotate: "Key of health codes changed",
  },
  health_override: {
    end: "Decision on a health code ended",
    give: "Health code decided by an officer",
  },
  health_passage: {
    replay: "One health code let in at two gates",
  },
  health_passages: {
    export: "Passages exported",
    read: "Passages looked at",
  },
  health_photo: {
    see: "Photo of a health answer looked at",
  },
  health_policy: {
    add: "Health policy made",
    change: "Health policy changed",
    end: "Health policy ended",
  },
  import: {
    begin: "Import begun by an app",
  },
  invitation: {
    join: "Invitation made",
    reset: "Password reset offered",
    wish: "Invitation asked for by an app",
  },
  job: {
    deleted: "Failed job forgotten",
    retried: "Failed job tried again",
  },
  join_request: {
    approve: "Request to join approved",
    ask: "Asked to join",
    decline: "Request to join declined",
  },
  ldap: {
    asked: "LDAP check or sync asked for",
  },
  member: {
    add: "Member added",
    change: "Member changed",
    disable: "Member disabled",
    enable: "Member enabled",
    keep_out: "Member kept out until let in",
    leave: "Member left",
    let_join: "Member allowed to join",
    relink: "Member linked to another LDAP entry",
    unlink: "Member detached from LDAP",
  },
  members: {
    exported: "Members exported",
  },
  message: {
    recall: "Message recalled",
  },
  password: {
    changed: "Password changed",
    set: "Password set",
  },
  robot: {
    change: "Robot changed",
    create: "Robot added",
    remove: "Robot removed",
    rotate_key: "Robot's key replaced",
  },
  role: {
    granted: "Role given",
    revoked: "Role taken back",
  },
  roster: {
    applied: "Import applied",
    discarded: "Import deleted",
    refused: "Import refused",
    uploaded: "Import uploaded",
  },
  session: {
    confirm_scanned: "Sign-in by QR code confirmed",
    ended: "Session ended",
    refuse_scanned: "Sign-in by QR code refused",
    refused: "Sign-in refused",
    started: "Signed in",
  },
  setting: {
    changed: "Setting changed",
  },
  tag: {
    add: "Tag added",
    delete: "Tag deleted",
    link: "Tag linked to an LDAP group",
    put_on: "Tag put on",
    rename: "Tag renamed",
    take_off: "Tag taken off",
    unlink: "Tag detached from its LDAP group",
  },
  token: {
    refused: "Access token refused to an app",
  },
  visibility_rule: {
    add: "Visibility rule added",
    change: "Visibility rule changed",
    remove: "Visibility rule removed",
  },
};
