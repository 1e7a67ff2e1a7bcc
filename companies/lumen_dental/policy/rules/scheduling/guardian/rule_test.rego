package contact_centre.rules.scheduling.guardian_test

import data.contact_centre.rules.scheduling.guardian

document(flags, resource) := {
	"call": {"server": "erp", "tool": "reschedule_appointment"},
	"principal": {"customer": {"id": "C-1", "auth_level": "authenticated", "flags": flags}},
	"resource": resource,
}

said(document) := {each.effect | some each in guardian.report with input as document}

present := {"customer_id": "C-1", "on_line": true}

test_a_grown_up_needs_nobody if said(document([], {})) == set()

test_a_minor_alone_is_refused if {
	said(document(["minor"], {})) == {"deny"}
	said(document(["minor"], {"guardian": object.union(present, {"on_line": false})})) == {"deny"}
}

test_somebody_elses_guardian_does_not_count if {
	said(document(["minor"], {"guardian": object.union(present, {"customer_id": "C-2"})})) == {"deny"}
}

test_with_a_guardian_it_passes if said(document(["minor"], {"guardian": present})) == set()

test_cancelling_is_not_meant if {
	cancelling := object.union(document(["minor"], {}), {"call": {"server": "erp", "tool": "cancel_appointment"}})
	said(cancelling) == set()
}
