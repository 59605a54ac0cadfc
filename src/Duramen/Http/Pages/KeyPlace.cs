using Duramen.Core.Binary;

namespace Duramen.Http.Pages;

/// <summary>The place of the last row of a page among rows in the order of keys and, of one key, of partitions.</summary>
internal sealed class KeyPlace : IDisposable
{
    private readonly PooledBuffer _key = new();

    public ReadOnlyMemory<byte> Key => _key.WrittenMemory;

    public int Partition { get; private set; }

    public void Set(ReadOnlySpan<byte> key, int partition)
    {
        _key.Clear();
        _key.Write(key);
        Partition = partition;
    }

    public void Dispose() => _key.Dispose();
}
