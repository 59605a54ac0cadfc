using Xunit;

namespace Duramen.Storage.Tests.Allocations;

/// <summary>Tests that count what the whole process allocates, so that no other test may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    /// <summary>What such tests name.</summary>
    public const string Name = "measured alone";
}
