using Duramen.State.Entities;

namespace Duramen.State.Tests.Entities;

/// <summary>What somebody asked to append, and what he was told.</summary>
internal sealed record EntityAnswer(string Key, ExpectedVersion Expected, string? RequestId, int Count, EntityAppendOutcome Outcome);
