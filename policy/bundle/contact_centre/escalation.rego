# METADATA
# description: |
#   Whether a conversation goes to people, to which queue and how urgently; and the thresholds of routing. Of several
#   causes the most urgent one counts, in the order below.
package contact_centre.escalation

# METADATA
# entrypoint: true
decision := {
	"handoff": handoff,
	"thresholds": settings.thresholds,
	"policy_revision": data.revision,
}

settings := object.union(data.escalation.default, of_tenant)

default of_tenant := {}

of_tenant := data.escalation.tenants[input.tenant]

default handoff := null

handoff := array.concat(array.concat(sort(urgent), sort(delicate)), signalled)[0]

urgent contains cause if {
	some cause in named
	cause.priority == "urgent"
}

delicate contains cause if {
	some cause in named
	cause.priority != "urgent"
}

named contains settings.topics[topic] if some topic in input.topics

named contains settings.flags[flag] if some flag in input.flags

named contains settings.flags_in_procedures[flag].handoff if {
	some flag in input.flags
	input.procedure in settings.flags_in_procedures[flag].procedures
}

# In the order of what matters most to the customer.
signalled := [{"reason": reason, "queue": queue, "priority": settings.priorities[reason]} |
	some reason in ["asked_for_person", "anger", "evidence_failed", "tool_failure", "language", "not_understood"]
	reason in causes
]

default queue := "general"

queue := settings.queues[input.specialist]

causes contains "asked_for_person" if input.wants_person == true

causes contains "asked_for_person" if {
	is_number(input.person)
	input.person >= settings.thresholds.person
}

causes contains "anger" if {
	is_number(input.sentiment)
	input.sentiment <= settings.anger.sentiment
}

causes contains "anger" if {
	is_number(input.sentiment)
	is_number(input.sentiment_trend)
	input.sentiment <= settings.anger.souring_sentiment
	input.sentiment_trend <= settings.anger.souring_trend
}

causes contains "evidence_failed" if reached("evidence_failures")

causes contains "tool_failure" if reached("tool_failures")

causes contains "not_understood" if reached("clarifications")

causes contains "language" if input.locale_supported == false

reached(name) if {
	is_number(input[name])
	input[name] >= settings[name]
}
