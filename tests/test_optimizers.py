"""Each optimizer against the textbook's lines, its conventions, and what it refuses."""

import copy
import math
import pickle

import numpy as np
import pytest

from annlib import BinaryCrossEntropy, Dense, Network, epochs, errors, optimizers, schedules

MAKE = {
    "SGD": lambda **o: optimizers.SGD(0.1, **o),
    "Momentum": lambda **o: optimizers.Momentum(0.1, momentum=0.7, **o),
    "Nesterov": lambda **o: optimizers.Nesterov(0.1, momentum=0.7, **o),
    "AdaGrad": lambda **o: optimizers.AdaGrad(0.1, epsilon=1e-3, **o),
    "RMSProp": lambda **o: optimizers.RMSProp(0.1, rho=0.8, epsilon=1e-3, **o),
    "Adadelta": lambda **o: optimizers.Adadelta(0.5, rho=0.8, epsilon=1e-3, **o),
    "Adam": lambda **o: optimizers.Adam(0.1, beta1=0.8, beta2=0.95, epsilon=1e-3, **o),
    "AdamW": lambda **o: optimizers.AdamW(0.1, 0.8, 0.95, 1e-3, weight_decay=0.3, **o),
    "NAdam": lambda **o: optimizers.NAdam(0.1, 0.8, 0.95, 1e-3, momentum_decay=0.02, **o),
    "AMSGrad": lambda **o: optimizers.AMSGrad(0.1, beta1=0.8, beta2=0.95, epsilon=1e-3, **o),
}

MASK = np.array([1.0, 1, 0, 1, 0, 0, 1])  # which of the seven parameters below are weights


def textbook(name, w, gradients, mask=1.0):
    """The plain rules of the docstrings."""
    w, u, s, x, m, v, v_max, product = w.copy(), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0
    for t, g in enumerate(gradients, start=1):
        u = 0.7 * u + g
        m = 0.8 * m + (1 - 0.8) * g
        v = 0.95 * v + (1 - 0.95) * g**2
        m_hat, v_hat = m / (1 - 0.8**t), v / (1 - 0.95**t)
        if name == "SGD":
            w = w - 0.1 * g
        elif name == "Momentum":
            w = w - 0.1 * u
        elif name == "Nesterov":
            w = w - 0.1 * (g + 0.7 * u)
        elif name == "AdaGrad":
            s = s + g**2
            w = w - 0.1 * g / (np.sqrt(s) + 1e-3)
        elif name == "RMSProp":
            s = 0.8 * s + (1 - 0.8) * g**2
            w = w - 0.1 * g / (np.sqrt(s) + 1e-3)
        elif name == "Adadelta":
            s = 0.8 * s + (1 - 0.8) * g**2
            d = g * np.sqrt(x + 1e-3) / np.sqrt(s + 1e-3)
            x = 0.8 * x + (1 - 0.8) * d**2
            w = w - 0.5 * d
        elif name == "NAdam":
            mu, ahead = (0.8 * (1 - 0.96 ** (k * 0.02) / 2) for k in (t, t + 1))
            product = product * mu
            m_hat = (1 - mu) * g / (1 - product) + ahead * m / (1 - product * ahead)
            w = w - 0.1 * m_hat / (np.sqrt(v_hat) + 1e-3)
        elif name == "AMSGrad":
            v_max = np.maximum(v_max, v)
            w = w - 0.1 * m_hat / (np.sqrt(v_max / (1 - 0.95**t)) + 1e-3)
        else:
            if name == "AdamW":
                w = w - 0.1 * 0.3 * mask * w
            w = w - 0.1 * m_hat / (np.sqrt(v_hat) + 1e-3)
    return w


def test_every_rule_is_here():
    rules = {
        name for name in optimizers.__all__ if issubclass(getattr(optimizers, name), optimizers.Optimizer)
    }
    assert rules - {"Optimizer"} == set(MAKE)


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-13), (np.float32, 2e-5)])
def test_textbook(name, dtype, tolerance):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=7), rng.normal(size=(40, 7))
    w, optimizer = start.astype(dtype), MAKE[name]()
    assert type(optimizer).__name__ == name
    for g in gradients.astype(dtype):
        given = g.copy()
        optimizer.step(w, g)
        np.testing.assert_array_equal(g, given)  # the gradient is not touched
    assert w.dtype == dtype
    assert optimizer.t == 40
    np.testing.assert_allclose(w, textbook(name, start, gradients), rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_long_vectors_go_piece_by_piece_and_give_the_same_bits(name, monkeypatch):
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=70), rng.normal(size=(5, 70))
    whole, cut, one, two = start.copy(), start.copy(), MAKE[name](), MAKE[name]()
    for g in gradients:
        one.step(whole, g)
    monkeypatch.setattr("annlib.optimizers.BLOCK_BYTES", 480)  # 70 parameters have 560 bytes: pieces of 3
    assert len(list(optimizers._pieces(start))) == 24
    for g in gradients:
        two.step(cut, g)
    np.testing.assert_array_equal(cut, whole)


def test_adamw_decays_the_weights_only():
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=7), rng.normal(size=(5, 7))
    w, optimizer = start.copy(), MAKE["AdamW"]()
    for g in gradients:
        optimizer.step(w, g, MASK)
    np.testing.assert_allclose(w, textbook("AdamW", start, gradients, MASK), rtol=0, atol=1e-14)
    biases = MASK == 0
    assert abs(w - textbook("AdamW", start, gradients))[biases].min() > 0.01
    np.testing.assert_allclose(w[biases], textbook("Adam", start, gradients)[biases], rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", MAKE)
def test_penalties_and_clipping_change_the_gradient_alone(name):
    rng = np.random.default_rng(1)
    start, gradients = rng.normal(size=7), 3 * rng.normal(size=(6, 7))
    w, optimizer = start.copy(), MAKE[name](l1=0.3, l2=0.7, clip_value=2.0, clip_norm=1.5)
    twin, plain = start.copy(), MAKE[name]()
    for g in gradients:
        kept = g.copy()
        optimizer.step(w, g, MASK)
        np.testing.assert_array_equal(g, kept)
        g = np.clip(g, -2, 2)
        g = g * min(1, 1.5 / (np.sqrt((g**2).sum()) + 1e-6))
        g += MASK * (0.3 * np.sign(twin) + 0.7 * twin)
        plain.step(twin, g, MASK)
        np.testing.assert_allclose(w, twin, rtol=0, atol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_short_gradient_is_not_clipped_and_a_huge_one_does_not_overflow(dtype):
    short = np.array([3.0, 4.0], dtype)
    for options in ({"clip_norm": 5.1}, {"clip_value": 4}):
        w = np.zeros(2, dtype)
        optimizers.SGD(1.0, **options).step(w, short)
        np.testing.assert_array_equal(w, -short)
    w, huge = np.zeros(2, dtype), np.array([0.6, 0.8], dtype) * (np.finfo(dtype).max / 2)
    optimizers.SGD(1.0, clip_norm=1).step(w, huge)
    np.testing.assert_allclose(w, [-0.6, -0.8], rtol=1e-6)
    assert w.dtype == dtype
    optimizers.SGD(1.0, clip_norm=1).step(w, np.zeros(2, dtype))
    np.testing.assert_allclose(w, [-0.6, -0.8], rtol=1e-6)


def test_penalties_reach_the_network_through_training():
    X, y = np.ones((4, 2)), np.array([0, 1, 0, 1])  # no gradient where logit = 0
    for make, expected in [
        (lambda: optimizers.SGD(0.1, l2=0.5), 0.95),
        (lambda: optimizers.SGD(0.1, l1=0.5), 0.95),
        (lambda: optimizers.AdamW(0.1, weight_decay=0.5), 0.95),
    ]:
        net = Network([Dense(2, 1)], rng=np.random.default_rng(0), dtype=np.float64)
        net.params[:] = [1, 1, -2]
        next(
            epochs(
                net,
                X,
                y,
                loss=BinaryCrossEntropy(),
                optimizer=make(),
                batch_size=None,
                rng=np.random.default_rng(0),
            )
        )
        np.testing.assert_allclose(net.params, [expected, expected, -2], rtol=1e-14)


SCHEDULES = [
    schedules.ConstantRate(0.1),
    schedules.StepDecay(0.1, every=3, factor=0.5),
    schedules.ExponentialDecay(0.1, factor=0.9),
    schedules.CosineDecay(0.1, n_steps=8, low=0.01),
    schedules.WarmUp(schedules.CosineDecay(0.1, n_steps=5), n_steps=4),
    schedules.WarmUp(0.1, n_steps=4),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
@pytest.mark.parametrize("name", MAKE)
def test_a_schedule_is_the_rate_set_by_hand(name, schedule):
    rng = np.random.default_rng(0)
    w, gradients = rng.normal(size=5), rng.normal(size=(10, 5))
    scheduled, by_hand, twin = MAKE[name](), MAKE[name](), w.copy()
    scheduled.learning_rate = schedule
    for k, g in enumerate(gradients):
        scheduled.step(w, g)
        assert scheduled.learning_rate == schedule(k)
        if schedule(k):
            by_hand.learning_rate = schedule(k)
        else:
            by_hand.learning_rate = lambda step: 0.0
        by_hand.step(twin, g)
        np.testing.assert_array_equal(w, twin)
    scheduled.learning_rate = 0.5
    assert scheduled.learning_rate == 0.5
    assert scheduled.schedule is None


def test_the_schedules_curves():
    constant, stairs, exponential, cosine, warm, line = SCHEDULES
    steps = range(12)
    assert [constant(k) for k in steps] == [0.1] * 12
    assert [stairs(k) for k in steps] == [0.1 * 0.5 ** (k // 3) for k in steps]
    assert [exponential(k) for k in steps] == [0.1 * 0.9**k for k in steps]
    expected = [0.01 + 0.09 * (1 + math.cos(math.pi * min(k, 8) / 8)) / 2 for k in steps]
    assert [cosine(k) for k in steps] == pytest.approx(expected, rel=1e-14)
    assert [line(k) for k in steps] == pytest.approx([0.025, 0.05, 0.075] + [0.1] * 9)
    assert [warm(k) for k in range(4, 12)] == [warm.then(k) for k in range(8)]
    assert warm(0) == 0.025
    assert cosine(8) == cosine(10**9) == 0.01
    assert exponential(1000) == 0.1 * 0.9**1000
    assert schedules.ExponentialDecay(0.1, factor=1)(5) == schedules.CosineDecay(0.1, 8, low=0.1)(5) == 0.1


def test_any_function_may_be_a_schedule():
    w, optimizer = np.zeros(1), optimizers.SGD(lambda step: 1 / (1 + step))
    assert optimizer.learning_rate == 1
    for _ in range(3):
        optimizer.step(w, np.ones(1))
    assert w[0] == -(1 + 1 / 2 + 1 / 3)
    assert optimizer.learning_rate == 1 / 3
    assert "<lambda>" in repr(optimizer)
    for wrong in (lambda step: -0.1, lambda step: "0.1", lambda step: math.nan):
        with pytest.raises(errors.InputError, match="what the schedule returns for step 0 must be"):
            optimizers.SGD(wrong)
    optimizer = optimizers.SGD(lambda step: 1.0 - step)
    optimizer.step(w, np.ones(1))
    optimizer.step(w, np.ones(1))
    with pytest.raises(errors.InputError, match="for step 2 must"):
        optimizer.step(w, np.ones(1))
    with pytest.raises(errors.InputError, match="learning_rate must be"):
        optimizers.SGD(schedules.CosineDecay)
    with pytest.raises(errors.InputError, match="a number or a function of the step"):
        optimizers.SGD(lambda: 0.1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: schedules.ConstantRate(0), "rate"),
        (lambda: schedules.StepDecay(0.1, every=0), "every"),
        (lambda: schedules.StepDecay(0.1, every=3, factor=1.5), r"factor must be a number in \(0, 1\]"),
        (lambda: schedules.StepDecay(0, every=3), "rate"),
        (lambda: schedules.ExponentialDecay(0.1, 0), "factor"),
        (lambda: schedules.ExponentialDecay(0.1, 1.5), "factor"),
        (lambda: schedules.ExponentialDecay(0, 0.5), "rate"),
        (lambda: schedules.CosineDecay(0.1, n_steps=2.5), "n_steps"),
        (lambda: schedules.CosineDecay(0.1, n_steps=2, low=0.2), "low"),
        (lambda: schedules.CosineDecay(0.1, n_steps=2, low=-0.2), "low"),
        (lambda: schedules.CosineDecay(0, n_steps=2), "rate"),
        (lambda: schedules.WarmUp("0.1", 3), "then"),
        (lambda: schedules.WarmUp(0, 3), "then"),
        (lambda: schedules.WarmUp(0.1, 0), "n_steps"),
        (lambda: schedules.ConstantRate(0.1)(-1), "step must be an integer of at least 0"),
        (lambda: schedules.ConstantRate(0.1)(1.5), "step"),
    ],
)
def test_wrong_schedules(make, message):
    with pytest.raises(errors.InputError, match=message):
        make()


def test_schedules_are_written_as_they_are_called():
    assert repr(schedules.CosineDecay(0.1, 5)) == "CosineDecay(rate=0.1, n_steps=5, low=0.0)"
    assert repr(schedules.WarmUp(0.1, 5)) == "WarmUp(then=ConstantRate(rate=0.1), n_steps=5)"
    assert repr(schedules.StepDecay(1, 5)) == "StepDecay(rate=1.0, every=5, factor=0.1)"
    with pytest.raises(NotImplementedError):
        schedules.Schedule()(0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["Momentum", "Nesterov", "RMSProp", "Adadelta", "Adam", "AdamW", "NAdam"])
def test_what_faded_leaves_the_memory(name, dtype):
    # A dead unit's weights have no gradient any more. Subnormal numbers make every step many times as slow.
    optimizer, w = MAKE[name](), np.ones(3, dtype)
    smallest = np.finfo(dtype).smallest_normal
    gradients = np.eye(3, dtype=dtype) * 1e-3
    names = [n for n in optimizer.memory if n != "product"]  # NAdam's, one number for all
    optimizer.step(w, gradients.sum(axis=0))
    faded = 0
    for _ in range(200 * optimizers.SWEEP_EVERY):
        optimizer.step(w, gradients[2])  # the third one lives on
        kept = np.stack([getattr(optimizer, n)[:2] for n in names])
        faded += int(((kept != 0) & (np.abs(kept) < smallest)).any())
        if optimizer.t % optimizers.SWEEP_EVERY == 0:
            assert not ((kept != 0) & (np.abs(kept) < smallest)).any()
            if not kept.any():
                break
    assert not kept.any()
    assert 0 < faded < len(names) * optimizers.SWEEP_EVERY
    assert all(getattr(optimizer, n)[2] for n in names)


def test_the_memory_is_swept_at_its_step_and_of_nothing_more():
    smallest = np.finfo(np.float32).smallest_normal
    below = np.nextafter(smallest, np.float32(0))
    optimizer = optimizers.Momentum(1.0, momentum=0.0)
    gradient = np.array([smallest, below, -smallest, -below])
    for t in range(1, 2 * optimizers.SWEEP_EVERY + 1):
        w = np.zeros(4, np.float32)
        optimizer.step(w, gradient)
        assert (w == -gradient).all()  # swept after the step, not before
        sweep = t % optimizers.SWEEP_EVERY == 0
        assert optimizer.u.tolist() == ([smallest, 0, -smallest, 0] if sweep else gradient.tolist())


@pytest.mark.parametrize("name", MAKE)
def test_a_copy_goes_on_alone_and_alike(name):
    rng = np.random.default_rng(0)
    w, gradients = rng.normal(size=5), rng.normal(size=(6, 5))
    optimizer = MAKE[name]()
    for g in gradients[:3]:
        optimizer.step(w, g)
    twins = [copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))]
    ends = [w.copy() for _ in twins]
    for g in gradients[3:]:
        optimizer.step(w, g)
    for twin, end in zip(twins, ends, strict=True):
        for g in gradients[3:]:
            twin.step(end, g)
        np.testing.assert_array_equal(end, w)


def test_first_step_of_adam_is_the_rate_whatever_the_gradient():
    w = np.zeros(3)
    optimizers.Adam(0.01).step(w, np.array([1e-3, -5.0, 1e3]))
    np.testing.assert_allclose(w, [-0.01, 0.01, -0.01], rtol=1e-4)


def test_zero_gradient_moves_nothing_but_the_decay():
    w = np.ones(3)
    for name, make in MAKE.items():
        if name != "AdamW":
            make().step(w, np.zeros(3))
    np.testing.assert_array_equal(w, 1)


def test_defaults_are_those_of_pytorch():
    found = {
        make.__name__: {key: value for key, value in make().config().items() if key != "weights"}
        for make in (
            *[optimizers.AdaGrad, optimizers.RMSProp, optimizers.Adadelta, optimizers.Adam],
            *[optimizers.AdamW, optimizers.NAdam, optimizers.AMSGrad],
        )
    }
    adam = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    assert found == {
        "AdaGrad": {"learning_rate": 1e-2, "epsilon": 1e-10},
        "RMSProp": {"learning_rate": 1e-2, "rho": 0.99, "epsilon": 1e-8},
        "Adadelta": {"learning_rate": 1.0, "rho": 0.9, "epsilon": 1e-6},
        "Adam": adam,
        "AMSGrad": adam,
        "AdamW": adam | {"weight_decay": 1e-2},
        "NAdam": adam | {"learning_rate": 2e-3, "momentum_decay": 4e-3},
    }


@pytest.mark.parametrize("name", MAKE)
def test_config_makes_it_anew(name):
    optimizer = MAKE[name](l1=0.1, l2=0.2, clip_norm=3.0, clip_value=4.0)
    again = type(optimizer)(**optimizer.config())
    assert again.config() == optimizer.config()
    assert {"l1", "l2", "clip_norm", "clip_value"} < set(again.config())
    assert repr(again) == repr(optimizer)


def test_the_rate_may_change_between_steps():
    for name in MAKE:
        optimizer, w = getattr(optimizers, name)(0.1), np.zeros(1)
        optimizer.step(w, np.ones(1))
        before = w.copy()
        optimizer.learning_rate = 1e-9
        optimizer.step(w, np.ones(1))
        assert 0 < before[0] - w[0] < 1e-8


def test_another_network_is_noticed():
    optimizer = optimizers.Adam()
    optimizer.step(np.zeros(3), np.ones(3))
    with pytest.raises(errors.ShapeError, match="Make a new one"):
        optimizer.step(np.zeros(4), np.ones(4))
    with pytest.raises(errors.ShapeError, match="float32"):
        optimizer.step(np.zeros(3, np.float32), np.ones(3, np.float32))


@pytest.mark.parametrize(
    ("params", "grads"),
    [
        ([0.0], np.zeros(1)),
        (np.zeros((2, 2)), np.zeros((2, 2))),
        (np.zeros(2, int), np.zeros(2)),
        (np.zeros(2), np.zeros(3)),
        (np.zeros(2), np.zeros(2, np.float32)),
    ],
)
def test_other_vectors_are_refused(params, grads):
    with pytest.raises(errors.ShapeError, match=r"params|grads"):
        optimizers.SGD(0.1).step(params, grads)


def test_what_no_step_can_use_is_refused():
    fixed = np.zeros(2)
    fixed.flags.writeable = False
    for params, grads, message in [
        (fixed, np.ones(2), "params must be writeable"),
        (np.zeros(2), np.array([1, np.nan]), r"grads must be finite, got nan at grads\[1\]"),
    ]:
        with pytest.raises(errors.InputError, match=message):
            optimizers.Adam().step(params, grads)
    with pytest.raises(errors.ShapeError, match=r"weight_mask must have the shape of params, \(2,\)"):
        optimizers.Adam().step(np.zeros(2), np.ones(2), np.ones(3))
    for mask in ([1, 2], [1, -1], [0.5, 1]):
        with pytest.raises(errors.InputError, match="weight_mask must hold 0 and 1 alone"):
            optimizers.Adam().step(np.zeros(2), np.ones(2), np.array(mask))
    with pytest.raises(errors.DivergenceError, match="after step 1, with the learning rate 1e"):
        optimizers.SGD(1e300).step(np.zeros(1, np.float32), np.ones(1, np.float32))
    frozen = np.ones(2)
    frozen.flags.writeable = False
    optimizers.Adam().step(np.zeros(2), frozen)  # the gradient is only read


@pytest.mark.parametrize("option", ["l1", "l2", "clip_norm", "clip_value"])
def test_wrong_options(option):
    for wrong in (-1, np.inf, "1"):
        with pytest.raises(errors.InputError, match=option):
            optimizers.SGD(0.1, **{option: wrong})
    if option.startswith("clip"):
        with pytest.raises(errors.InputError, match=option):
            optimizers.SGD(0.1, **{option: 0})
    with pytest.raises(TypeError, match="SGD takes no argument 'l3'"):
        optimizers.SGD(0.1, l3=1)


@pytest.mark.parametrize("rate", [0, -0.1, np.nan, np.inf, "0.1", None, True, 10**400])
def test_wrong_rates(rate):
    for make in MAKE.values():
        with pytest.raises(errors.InputError, match="learning_rate must be a finite number above 0"):
            make().learning_rate = rate
    with pytest.raises(errors.InputError, match="learning_rate must be a finite number above 0"):
        optimizers.Adam(rate)


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        *[(optimizers.AdaGrad, {"epsilon": 0}), (optimizers.RMSProp, {"epsilon": 0})],
        *[(optimizers.RMSProp, {"rho": 1}), (optimizers.RMSProp, {"rho": -0.1})],
        *[(optimizers.Adadelta, {"rho": 1}), (optimizers.Adadelta, {"rho": -0.1})],
        *[(optimizers.Adadelta, {"epsilon": 0}), (optimizers.AdamW, {"weight_decay": -1})],
        *[(optimizers.NAdam, {"momentum_decay": -1}), (optimizers.AMSGrad, {"beta2": 1})],
    ],
)
def test_wrong_arguments(make, argument):
    with pytest.raises(errors.InputError, match=next(iter(argument))):
        make(**argument)


@pytest.mark.parametrize(
    "arguments", [{"beta1": 1}, {"beta2": 1.0}, {"beta1": -0.1}, {"beta2": -0.1}, {"epsilon": 0}]
)
def test_wrong_arguments_of_adam(arguments):
    with pytest.raises(errors.InputError, match=next(iter(arguments))):
        optimizers.Adam(**arguments)
    with pytest.raises(errors.InputError, match=r"momentum must be a number in \[0, 1\)"):
        optimizers.Momentum(0.1, momentum=1)


def test_repr_and_the_base():
    assert repr(optimizers.Momentum(0.1)) == "Momentum(learning_rate=0.1, momentum=0.9)"
    with pytest.raises(NotImplementedError):
        optimizers.Optimizer(0.1).step(np.zeros(1), np.zeros(1))
    with pytest.raises(errors.InputError, match=r"Adam\(1e-3\)"):
        optimizers.check_optimizer("adam")
