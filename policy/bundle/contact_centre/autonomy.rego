# METADATA
# description: How far the assistant may go by itself, by procedure, channel and cohort.
package contact_centre.autonomy

import data.contact_centre.call

settings := object.union(data.autonomy.default, object.get(data.autonomy.tenants, call.tenant, {}))

# People at the desk are not dialled; reads change nothing; in a rehearsal nothing happens.
governed if {
	call.kind != "read"
	call.agent.kind != "representative"
	not ungoverned
	object.get(input.facts, "rehearsal", false) != true
}

ungoverned if call.group in settings.ungoverned_groups

default switched_off := true

switched_off := false if {
	settings.kill_switch == false
	object.get(input.facts, "kill_switch", false) == false
}

default procedure := ""

procedure := call.agent.procedure if contains(call.agent.procedure, ".")

procedure := concat(".", [call.agent.id, call.agent.procedure]) if not contains(call.agent.procedure, ".")

dial := object.union(of_procedure, object.get(of_procedure.channels, input.conversation.channel, {}))

of_procedure := object.union(settings.dial, object.get(settings.procedures, procedure, {}))

stages := ["off", "observe", "suggest", "approve", "auto"]

ranks := {"off": 0, "observe": 1, "suggest": 2, "approve": 3, "auto": 4}

# The stricter of what the dial says and of how far the gate stepped it back; what is unknown is off.
default stage := "off"

stage := stages[min([ranks[dialled], ranks[object.get(input.facts, "autonomy_stage", "auto")]])]

dialled := dial.stage if in_cohort

dialled := dial.rest if not in_cohort

in_cohort if {
	is_number(dial.percentage)
	dial.percentage >= 100
}

in_cohort if {
	is_number(dial.percentage)
	is_number(input.facts.canary_bucket)
	input.facts.canary_bucket >= 0
	input.facts.canary_bucket < dial.percentage
}
