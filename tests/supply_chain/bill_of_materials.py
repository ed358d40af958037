"""What tieout is made of, in CycloneDX: `python -m tests.supply_chain.bill_of_materials FILE` writes it.

Versions, hashes and who needs what are from the lock file, licences from what is installed here.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.utils import canonicalize_name

from tests.supply_chain.lock_file import Pin, locked

PRODUCT: Final = "tieout"
LONGEST_LICENCE: Final = 80
"""Letters of the name of a licence; what is longer is the licence itself."""


def bill_of_materials() -> Bom:
    """Every package that is locked, and who needs it."""
    product = Component(name=PRODUCT, version=importlib.metadata.version(PRODUCT), type=ComponentType.APPLICATION)
    bom = Bom()
    bom.metadata.component = product
    components = {pin: _component(pin) for pin in locked()}
    for component in components.values():
        bom.components.add(component)
    for needing, name in [(product, PRODUCT), *((component, pin.name) for pin, component in components.items())]:
        needed = [component for pin, component in components.items() if name in _asking(pin)]
        bom.register_dependency(needing, needed)
    return bom


def _asking(pin: Pin) -> set[str]:
    """The names of those who need it: of packages, and of this project for its own requirements and extras."""
    return {canonicalize_name(name.partition(" ")[0].partition("[")[0]) for name in pin.asked_for_by}


def _component(pin: Pin) -> Component:
    marker = pin.requirement.marker
    return Component(
        name=pin.name,
        version=pin.version,
        purl=PackageURL("pypi", name=pin.name, version=pin.version),
        bom_ref=f"{pin.name}=={pin.version}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=content) for content in pin.hashes],
        licenses=[LicenseFactory().make_from_string(licence) for licence in _licences(pin)],
        properties=[Property(name="tieout:installed-where", value=str(marker))] if marker else [],
    )


def _licences(pin: Pin) -> Iterator[str]:
    """The licence that the installed package names, where one is installed and names it in a few words."""
    try:
        told = importlib.metadata.metadata(pin.name)
    except importlib.metadata.PackageNotFoundError:
        return
    classified = [name for name in told.get_all("Classifier") or [] if name.startswith("License :: ")]
    last_words = [name.rpartition(" :: ")[2] for name in classified]
    named = [told.get("License-Expression"), told.get("License"), *last_words]
    yield from [name for name in named if name and len(name) <= LONGEST_LICENCE and "\n" not in name][:1]


def main() -> None:
    """Write the bill of materials."""
    file = Path(sys.argv[1])
    file.parent.mkdir(parents=True, exist_ok=True)
    bom = bill_of_materials()
    file.write_text(JsonV1Dot6(bom).output_as_string(indent=2) + "\n", encoding="utf-8")
    licensed = sum(bool(component.licenses) for component in bom.components)
    sys.stdout.write(f"{file}: {len(bom.components)} packages, {licensed} of them with a licence.\n")


if __name__ == "__main__":
    main()
