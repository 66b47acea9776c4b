"""Small mistakes, made systematically: the one list of changes to a syntax tree that all mutation tests use.

A comparison, an operator, a sign, a number, a truth value, an axis, the bounds of a slice, a factor or a term
left out, a result doubled, a transpose, a sum for a mean, two entries exchanged, a statement left out.
Strings, annotations, imports and what follows `raise` are left alone.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Iterator

Path = tuple[tuple[str, int | None], ...]

SWAPS: dict[type, tuple[type, ...]] = {
    **{ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE)},
    **{ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,)},
    **{ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,)},
    **{ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,)},
    **{ast.FloorDiv: (ast.Mult,), ast.Mod: (ast.Mult,), ast.Pow: (ast.Mult,), ast.MatMult: (ast.Mult,)},
    **{ast.And: (ast.Or,), ast.Or: (ast.And,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,)},
}
NAMES = {"mean": "sum", "sum": "mean"}
DROPPED = ast.Assign | ast.AugAssign | ast.Expr | ast.For | ast.While | ast.If | ast.With


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Give each mutated copy of one node, with a name for the change."""
    yield from _operators(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield f"without {type(node.op).__name__}", copy.deepcopy(node.operand)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} to {not node.value}", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        for value in (node.value + 1, node.value - 1):
            yield f"{node.value} to {value}", ast.Constant(value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.Add | ast.Sub):
        yield "without the right operand", copy.deepcopy(node.left)
        if not isinstance(node.op, ast.Div):
            yield "without the left operand", copy.deepcopy(node.right)
    if isinstance(node, ast.Return) and node.value is not None:
        yield from _returned(node)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "without the transpose", copy.deepcopy(node.value)
    if isinstance(node, ast.Attribute) and node.attr in NAMES and isinstance(node.ctx, ast.Load):
        new = copy.deepcopy(node)
        new.attr = NAMES[node.attr]
        yield f"{node.attr} to {new.attr}", new
    if isinstance(node, ast.Call) and any(keyword.arg == "axis" for keyword in node.keywords):
        new = copy.deepcopy(node)
        new.keywords = [keyword for keyword in new.keywords if keyword.arg != "axis"]
        yield "without the axis", new
    if isinstance(node, ast.Dict):
        for i, j in itertools.combinations(range(len(node.values)), 2):
            new = copy.deepcopy(node)
            new.values[i], new.values[j] = new.values[j], new.values[i]
            yield f"entries {i} and {j} exchanged", new
    if isinstance(node, ast.Slice):
        for bound in ("lower", "upper", "step"):
            if getattr(node, bound) is not None:
                new = copy.deepcopy(node)
                setattr(new, bound, None)
                yield f"without the slice's {bound}", new
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if isinstance(node, DROPPED) and not docstring:
        yield f"without the {type(node).__name__}", ast.Pass()


def _operators(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for field in ("op", "ops"):
        found = getattr(node, field, None)
        for i, operator in enumerate(found if isinstance(found, list) else [found]):
            for swapped in SWAPS.get(type(operator), ()):
                new = copy.deepcopy(node)
                if isinstance(found, list):
                    getattr(new, field)[i] = swapped()
                else:
                    setattr(new, field, swapped())
                yield f"{type(operator).__name__} to {swapped.__name__}", new


def _returned(node: ast.Return) -> Iterator[tuple[str, ast.AST]]:
    """Give what is returned, or each part of it, with the other sign and twice as large."""
    places = range(len(node.value.elts)) if isinstance(node.value, ast.Tuple) else [None]
    for place in places:
        for name in ("with the other sign", "doubled"):
            new = copy.deepcopy(node)
            value = new.value if place is None else new.value.elts[place]
            if name == "doubled":
                value = ast.BinOp(ast.Constant(2), ast.Mult(), value)
            else:
                value = ast.UnaryOp(ast.USub(), value)
            if place is None:
                new.value = value
            else:
                new.value.elts[place] = value
            yield f"result {name}", new


def places(node: ast.AST, path: Path = ()) -> Iterator[tuple[Path, int, str, ast.AST]]:
    """Give the path, the line and the mutations of every node that may be mutated."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_comment"):
            continue
        for i, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            skipped = ast.Raise | ast.Import | ast.ImportFrom | ast.JoinedStr | ast.Assert
            if not isinstance(child, ast.AST) or isinstance(child, skipped):
                continue
            if isinstance(child, ast.AnnAssign) and child.value is None:
                continue
            here = (*path, (field, i))
            for name, new in changes(child):
                yield here, getattr(child, "lineno", 0), name, new
            yield from places(child, here)


def replaced(tree: ast.AST, path: Path, new: ast.AST) -> ast.AST:
    """Return a copy of a tree with the node at the path replaced."""
    tree = copy.deepcopy(tree)
    parent: ast.AST = tree
    for field, i in path[:-1]:
        parent = getattr(parent, field) if i is None else getattr(parent, field)[i]
    field, i = path[-1]
    if i is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[i] = new
    return ast.fix_missing_locations(tree)
