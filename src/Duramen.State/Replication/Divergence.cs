using Duramen.Core.Ids;

namespace Duramen.State.Replication;

/// <summary>Where two states that should be one part.</summary>
/// <param name="Offset">The record after which they differ, while before it they did not; or null when they differ as far back as both can be read.</param>
/// <param name="Key">The first key, in the order of bytes, that differs there.</param>
/// <param name="Left">Its value on one side; null for none.</param>
/// <param name="Right">Its value on the other side.</param>
public sealed record Divergence(Offset? Offset, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Left, ReadOnlyMemory<byte>? Right)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string where = Offset is { } offset ? $"from the record at offset {offset} on" : "since before the earliest offset that can be read";
        return $"{where} the key '{NondeterministicException.Show(Key.Span)}' is {Show(Left)} in one and {Show(Right)} in the other.";
    }

    private static string Show(ReadOnlyMemory<byte>? value) => value is { } bytes ? $"'{NondeterministicException.Show(bytes.Span[..Math.Min(bytes.Length, 64)])}'" : "absent";
}
