"""What a client offers: operations, grouped as Pictory's documentation groups them, and flows.

A new group is a module of `_endpoints` and a property here. Each is imported and made when it is
first used: all at once they would cost every program that imports the package.
"""

from __future__ import annotations

import copy
from functools import cached_property
from typing import TYPE_CHECKING, Self


if TYPE_CHECKING:
    from pictory_async._core import Core
    from pictory_async._endpoints.account import Account
    from pictory_async._endpoints.ai_studio import AiStudio
    from pictory_async._endpoints.avatars import Avatars
    from pictory_async._endpoints.branding import Brands, SmartLayouts, Styles
    from pictory_async._endpoints.connections import AwsConnections, VimeoConnections
    from pictory_async._endpoints.jobs import Jobs
    from pictory_async._endpoints.media import Media
    from pictory_async._endpoints.music import Music
    from pictory_async._endpoints.projects import Projects
    from pictory_async._endpoints.raw import Raw
    from pictory_async._endpoints.renders import Renders
    from pictory_async._endpoints.storyboards import Storyboards
    from pictory_async._endpoints.templates import Templates
    from pictory_async._endpoints.transcriptions import Transcriptions
    from pictory_async._endpoints.v1 import V1
    from pictory_async._endpoints.voices import Voices
    from pictory_async._flows.flows import Flows


class Groups:
    """The groups of operations, by topic."""

    _core: Core

    def _on(self, core: Core) -> Self:
        """Return the same client on another core, with groups of its own."""
        other = copy.copy(self)
        for name in tuple(vars(other)):
            if isinstance(getattr(type(self), name, None), cached_property):
                del vars(other)[name]
        other._core = core  # noqa: SLF001 - it is one of these
        return other

    @cached_property
    def account(self) -> Account:
        """The account's quotas and credits."""
        from pictory_async._endpoints.account import Account

        return Account(self._core.api)

    @cached_property
    def ai_studio(self) -> AiStudio:
        """Images and videos by an AI."""
        from pictory_async._endpoints.ai_studio import AiStudio

        return AiStudio(self._core.api)

    @cached_property
    def avatars(self) -> Avatars:
        """The people who can present."""
        from pictory_async._endpoints.avatars import Avatars

        return Avatars(self._core.api)

    @cached_property
    def aws_connections(self) -> AwsConnections:
        """Connections to read media from S3."""
        from pictory_async._endpoints.connections import connections_to_aws

        return connections_to_aws(self._core.api)

    @cached_property
    def brands(self) -> Brands:
        """The account's brands."""
        from pictory_async._endpoints.branding import Brands

        return Brands(self._core.api)

    @cached_property
    def jobs(self) -> Jobs:
        """Jobs: looked at once, listed, cleaned."""
        from pictory_async._endpoints.jobs import Jobs

        return Jobs(self._core.api, self._core.looks.look_now)

    @cached_property
    def media(self) -> Media:
        """Upload URLs and stock media."""
        from pictory_async._endpoints.media import Media

        return Media(self._core.api)

    @cached_property
    def music(self) -> Music:
        """Music and the words that describe it."""
        from pictory_async._endpoints.music import Music

        return Music(self._core.api)

    @cached_property
    def projects(self) -> Projects:
        """Saved storyboards."""
        from pictory_async._endpoints.projects import Projects

        return Projects(self._core.api)

    @cached_property
    def renders(self) -> Renders:
        """From previews to videos."""
        from pictory_async._endpoints.renders import current_renders

        return current_renders(self._core.api)

    @cached_property
    def smart_layouts(self) -> SmartLayouts:
        """The layouts that storyboards can name."""
        from pictory_async._endpoints.branding import SmartLayouts

        return SmartLayouts(self._core.api)

    @cached_property
    def storyboards(self) -> Storyboards:
        """From storyboards to previews or videos."""
        from pictory_async._endpoints.storyboards import current_storyboards

        return current_storyboards(self._core.api)

    @cached_property
    def styles(self) -> Styles:
        """The styles of text that storyboards can name."""
        from pictory_async._endpoints.branding import Styles

        return Styles(self._core.api)

    @cached_property
    def templates(self) -> Templates:
        """Projects whose texts hold variables."""
        from pictory_async._endpoints.templates import Templates

        return Templates(self._core.api)

    @cached_property
    def transcriptions(self) -> Transcriptions:
        """From media to their text and its highlights."""
        from pictory_async._endpoints.transcriptions import current_transcriptions

        return current_transcriptions(self._core.api)

    @cached_property
    def v1(self) -> V1:
        """The older siblings of these."""
        from pictory_async._endpoints.v1 import first_generation

        return first_generation(self._core.api)

    @cached_property
    def vimeo_connections(self) -> VimeoConnections:
        """Connections to publish at Vimeo."""
        from pictory_async._endpoints.connections import connections_to_vimeo

        return connections_to_vimeo(self._core.api)

    @cached_property
    def voices(self) -> Voices:
        """The voices that can read a storyboard."""
        from pictory_async._endpoints.voices import Voices

        return Voices(self._core.api)

    @cached_property
    def _raw(self) -> Raw:
        """Any other operation."""
        from pictory_async._endpoints.raw import Raw

        return Raw(self._core.api)

    @cached_property
    def _flows(self) -> Flows:
        """Several operations and waits that make one thing."""
        from pictory_async._flows import flows

        core = self._core
        return flows.flows_of(
            account=self.account,
            media=self.media,
            templates=self.templates,
            transcriptions=self.transcriptions,
            storyboards=self.storyboards,
            renders=self.renders,
            v1=self.v1,
            voices=self.voices,
            brands=self.brands,
            styles=self.styles,
            smart_layouts=self.smart_layouts,
            waits=core.waits,
            uploads=core.uploads,
            downloads=core.downloads,
            look_now=core.looks.look_now,
            on_rate_limit=core.budget.on_rate_limit,
            strict=core.api.strict,
        )
