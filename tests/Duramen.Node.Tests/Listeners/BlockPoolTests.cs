using System.Buffers;
using Duramen.Listeners;
using Xunit;

namespace Duramen.Node.Tests.Listeners;

public sealed class BlockPoolTests : IDisposable
{
    private readonly BlockPool _pool = new();

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void A_few_connections_read_into_large_blocks_and_thousands_into_small_ones()
    {
        IMemoryOwner<byte>[] rented = [.. Enumerable.Range(0, 2000).Select(_ => _pool.Rent(1))];

        Assert.Equal(64 << 10, rented[0].Memory.Length);
        Assert.Equal(4 << 10, rented[^1].Memory.Length);
        Assert.True(rented.Sum(block => (long)block.Memory.Length) < 32 << 20);

        Array.ForEach(rented, block => block.Dispose());
        Assert.Equal(64 << 10, _pool.Rent(1).Memory.Length);
    }

    [Fact]
    public void A_block_given_back_twice_is_handed_out_once()
    {
        IMemoryOwner<byte> block = _pool.Rent(1);
        block.Dispose();
        block.Dispose();

        Assert.NotSame(_pool.Rent(1), _pool.Rent(1));
    }
}
