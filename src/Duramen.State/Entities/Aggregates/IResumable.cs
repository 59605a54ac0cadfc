using System.Buffers;

namespace Duramen.State.Entities.Aggregates;

/// <summary>An aggregate whose state can be written down, so that it is loaded without all of its events.</summary>
public interface IResumable
{
    /// <summary>The version of what is written. A snapshot of another one is not used.</summary>
    int StateVersion { get; }

    /// <summary>Writes the state.</summary>
    void WriteState(IBufferWriter<byte> target);

    /// <summary>Takes over a state that was written; the aggregate is new.</summary>
    void ReadState(ReadOnlySpan<byte> state);
}
