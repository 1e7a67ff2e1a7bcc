# METADATA
# description: The proposed call in terms that rules can trust. Whatever has the wrong type is undefined.
package contact_centre.call

tool := concat(".", [input.call.server, input.call.tool]) if {
	is_string(input.call.server)
	is_string(input.call.tool)
}

definition := data.tools[tool]

group := definition.group

kind := definition.kind

arguments := input.call.arguments if is_object(input.call.arguments)

# Arguments with the digest that evidence is bound to.
digested if {
	arguments
	is_string(input.call.arguments_digest)
}

# A positive whole number of minor units.
amount_minor := arguments.amount_minor if {
	whole(arguments.amount_minor)
	arguments.amount_minor >= 1
}

# Whole, not negative, and within the 31 bits that every engine can spell: amounts up to 21 million in major units.
whole(number) if {
	number == round(number)
	number >= 0
	number <= 2147483647
}

tenant := input.principal.tenant if {
	is_string(input.principal.tenant)
	input.principal.tenant != ""
}

agent := input.principal.agent if {
	is_string(input.principal.agent.id)
	input.principal.agent.kind in {"specialist", "partner", "representative"}
}

# The item of a list that the gate read, by the value of its id field.
item(resource, field, value) := found if {
	is_array(resource.items)
	some found in resource.items
	found[field] == value
}
