package contact_centre.rules.call.well_formed_test

import data.contact_centre.rules.call.well_formed
import data.contact_centre.samples_test as sample

effects(document) := {spoken.effect |
	some spoken in well_formed.report with input as document with data.revision as sample.revision
}

messages(document) := {spoken.message |
	some spoken in well_formed.report with input as document with data.revision as sample.revision
}

test_sound_calls_pass if {
	every document in sample.all {
		effects(document) == set()
	}
}

test_each_part_is_needed if {
	paths := {
		"/call/server": "tool", "/call/tool": "tool", "/call/arguments": "arguments",
		"/call/arguments_digest": "arguments", "/principal/tenant": "tenant", "/principal/agent": "agent",
		"/principal/chain": "chain", "/principal/customer": "customer", "/conversation": "conversation",
		"/resource": "resource", "/facts": "facts", "/evidence": "evidence", "/now": "time",
	}
	every path, part in paths {
		expected := {concat("", ["The call cannot be judged: its ", part, " is missing or malformed."])}
		messages(sample.without(sample.refund, path)) == expected
		messages(sample.put(sample.refund, {path: 7})) == expected
		effects(sample.put(sample.refund, {path: true})) == {"deny"}
	}
}

test_an_unknown_kind_of_agent_is_denied if {
	effects(sample.put(sample.refund, {"/principal/agent/kind": "robot"})) == {"deny"}
}

test_an_unknown_level_of_proof_is_denied if {
	effects(sample.put(sample.refund, {"/principal/customer/auth_level": "very"})) == {"deny"}
}

test_a_read_needs_no_flags if {
	effects(sample.without(sample.invoices_read, "/principal/customer/flags")) == set()
	effects(sample.put(sample.invoices_read, {"/principal/customer/flags": null})) == {"deny"}
}

test_a_write_needs_the_flags if effects(sample.without(sample.refund, "/principal/customer/flags")) == {"deny"}

test_flags_must_be_a_list if effects(sample.put(sample.refund, {"/principal/customer/flags": "fraud"})) == {"deny"}

test_a_customer_id_must_be_a_text if effects(sample.put(sample.refund, {"/principal/customer/id": 1})) == {"deny"}

test_a_chain_is_a_list if {
	effects(sample.put(sample.refund, {"/principal/chain": {"router": "router"}})) == {"deny"}
}

test_a_chain_names_agents if effects(sample.put(sample.refund, {"/principal/chain": [1]})) == {"deny"}

test_a_read_needs_any_time if {
	effects(sample.put(sample.invoices_read, {"/now": "2026-02-30T12:00:00Z"})) == set()
	effects(sample.put(sample.invoices_read, {"/now": 7})) == {"deny"}
	effects(sample.without(sample.invoices_read, "/now")) == {"deny"}
}

test_an_impossible_time_is_denied if effects(sample.put(sample.refund, {"/now": "2026-02-30T12:00:00Z"})) == {"deny"}

test_something_else_than_an_object_is_denied if {
	effects([]) == {"deny"}
	effects(null) == {"deny"}
	effects("allow") == {"deny"}
}
