"""Health codes and gates, for the replay test."""

from collections.abc import AsyncIterator

from tests.features.health_codes.plant import ask, gate_of, judged, phone_of, plant
from tests.features.health_codes.test_gates import seen
from tests.features.replayed import operation
from tests.world import World


@operation("health.code_changed", viewers=("lisi", "zhangsan"))
async def a_policy_makes_codes(world: World) -> AsyncIterator[None]:
    _, policy = await plant(world)
    yield
    await judged(world, policy, "lisi")


@operation("health.replayed", viewers=("wangwu",))
async def two_gates_let_the_same_code_in(world: World) -> AsyncIterator[None]:
    _, policy = await plant(world)
    gates = [await gate_of(world, policy, name) for name in ("东门", "西门")]
    phone, nobody = await phone_of(world, "lisi"), await world.client(None)
    await phone.fetch(policy.id)
    yield
    for gate in gates:
        passages = [seen("a", phone, world.services.clock())]
        await ask(nobody, "POST", "gate/passages", json={"passages": passages}, headers=gate)
