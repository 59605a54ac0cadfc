using Duramen.Core.Ids;

namespace Duramen.Coordination.Producers;

/// <summary>Producer ids that one allocator may give out, and nobody else ever.</summary>
/// <param name="First">The first.</param>
/// <param name="Count">How many follow each other from there.</param>
public readonly record struct ProducerIdBlock(ProducerId First, int Count)
{
    /// <summary>The ids of a block: as many as in Kafka. What a crash loses of a block is never given out.</summary>
    public const int Size = 1000;
}
