using Duramen.Coordination.Producers;
using Duramen.Coordination.Tests.Topics;
using Duramen.Core.Ids;

namespace Duramen.Coordination.Tests.Producers;

public sealed class ProducerIdTests : IAsyncDisposable
{
    private readonly CatalogFixture _catalog = new();

    public ValueTask DisposeAsync() => _catalog.DisposeAsync();

    [Fact]
    public async Task Ids_follow_each_other_from_zero_and_one_record_serves_a_thousand()
    {
        ProducerIdAllocator allocator = new(_catalog.Catalog);
        for (long expected = 0; expected < ProducerIdBlock.Size; expected++)
        {
            Assert.Equal(new ProducerId(expected), await allocator.NextAsync());
        }

        Assert.Equal(new Offset(1), _catalog.Log.Watermarks.End);
        Assert.Equal(new ProducerId(ProducerIdBlock.Size), await allocator.NextAsync());
        Assert.Equal(new Offset(2), _catalog.Log.Watermarks.End);
    }

    [Fact]
    public async Task No_id_is_given_out_again_after_a_restart()
    {
        ProducerId last = default;
        for (int restart = 0; restart < 5; restart++)
        {
            ProducerIdAllocator allocator = new(_catalog.Catalog);
            for (int count = 0; count < 3 + (restart * 700); count++)
            {
                ProducerId next = await allocator.NextAsync();
                Assert.True((restart == 0 && count == 0) || next.Value > last.Value);
                last = next;
            }

            await _catalog.RestartAsync();
        }
    }

    [Fact]
    public async Task Many_who_ask_at_once_get_an_id_each()
    {
        ProducerIdAllocator[] allocators = [new(_catalog.Catalog), new(_catalog.Catalog)];
        IEnumerable<Task<ProducerId[]>> callers = Enumerable.Range(0, 8).Select(caller => Task.Run(() =>
            Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => allocators[caller % 2].NextAsync().AsTask()))));
        ProducerId[] ids = [.. (await Task.WhenAll(callers)).SelectMany(some => some)];
        Assert.Equal(8000, ids.Distinct().Count());
        Assert.Equal(new Offset(8), _catalog.Log.Watermarks.End);
    }
}
