using System.Collections.Concurrent;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    [Fact]
    public async Task Every_slice_that_is_read_while_others_write_and_trim_is_what_was_appended_at_its_offsets() =>
        await ReadWhileOthersWriteAsync(await NewLogAsync(), () => { });

    private protected async Task ReadWhileOthersWriteAsync(ILog log, Action commit)
    {
        ConcurrentDictionary<Offset, byte[]> appended = new();
        Task writing = Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() => WriteAsync(log, writer, appended))));
        Task<List<(Offset BaseOffset, Offset NextOffset, byte[] Bytes)>>[] readers =
            [.. Enumerable.Range(0, 3).Select(seed => Task.Run(() => ReadWhileAsync(log, seed, writing)))];
        Task committer = Task.Run(() => CommitAndTrimWhileAsync(log, commit, writing));

        await SoonAsync(writing);
        await SoonAsync(committer);
        foreach (List<(Offset BaseOffset, Offset NextOffset, byte[] Bytes)> slices in await SoonAsync(Task.WhenAll(readers)))
        {
            foreach ((Offset baseOffset, Offset _, byte[] bytes) in slices)
            {
                Assert.Equal(appended[baseOffset], bytes);
            }
        }

        Assert.Equal(log.Watermarks.End, log.Watermarks.Committed);
        foreach ((Offset baseOffset, Offset _, byte[] bytes) in Split(await ReadAllAsync(log)))
        {
            Assert.Equal(appended[baseOffset], bytes);
        }
    }

    [Fact]
    public async Task Watermarks_read_while_others_write_are_always_in_order_and_only_go_on()
    {
        ILog log = await NewLogAsync();
        ConcurrentDictionary<Offset, byte[]> appended = new();
        Task writing = Task.WhenAll(Enumerable.Range(0, 3).Select(writer => Task.Run(() => WriteAsync(log, writer, appended))));
        Task committer = Task.Run(() => CommitAndTrimWhileAsync(log, () => { }, writing));

        LogWatermarks last = log.Watermarks;
        do
        {
            LogWatermarks now = log.Watermarks;
            Assert.True(
                now.Start <= now.Committed && now.Committed <= now.Durable && now.Durable <= now.End,
                $"The watermarks are out of order: {now}.");
            Assert.True(
                last.Start <= now.Start && last.Committed <= now.Committed && last.Durable <= now.Durable && last.End <= now.End,
                $"The watermarks went back: {now} after {last}.");
            last = now;
            await Task.Yield();
        }
        while (!writing.IsCompleted);

        await SoonAsync(writing);
        await SoonAsync(committer);
    }

    private async Task WriteAsync(ILog log, int writer, ConcurrentDictionary<Offset, byte[]> appended)
    {
        LeaderEpoch? epoch = Has(LogAbilities.ChosenEpochs) ? new LeaderEpoch(writer) : null;
        for (int index = 0; index < 60; index++)
        {
            byte[][] batches =
            [
                TestBatch.Tagged($"writer {writer} append {index}", 1 + (index % 4)),
                .. Has(LogAbilities.SeveralBatches) ? [TestBatch.Tagged($"writer {writer} append {index} again", 2)] : Array.Empty<byte[]>(),
            ];
            AppendResult result = await log.AppendAsync(TestBatch.Join(batches), new AppendOptions(Epoch: epoch));
            Offset next = result.BaseOffset;
            foreach (byte[] batch in batches)
            {
                byte[] stamped = Stamped(batch, next, epoch);
                Assert.True(appended.TryAdd(next, stamped));
                next = Split(stamped)[0].NextOffset;
            }

            Assert.Equal(next, result.NextOffset);
        }
    }

    private static async Task<List<(Offset BaseOffset, Offset NextOffset, byte[] Bytes)>> ReadWhileAsync(ILog log, int seed, Task writing)
    {
        Random random = new(seed);
        List<(Offset BaseOffset, Offset NextOffset, byte[] Bytes)> all = [];
        do
        {
            LogWatermarks before = log.Watermarks;
            Offset from = At(random.NextInt64(before.Start.Value, before.Committed.Value + 1));
            try
            {
                using LogSlice slice = await log.ReadAsync(from, new ReadLimits(random.Next(2_000), 1 + random.Next(20)));
                List<(Offset BaseOffset, Offset NextOffset, byte[] Bytes)> batches = Split(slice.Batches);
                Assert.True(slice.NextOffset <= log.Watermarks.Committed, "A read went beyond what is committed.");
                Assert.Equal(batches.Count == 0 ? from : batches[^1].NextOffset, slice.NextOffset);
                Assert.True(batches.Count > 0 || from == before.Committed, $"A read at {from} below the committed end {before.Committed} was empty.");
                Assert.True(
                    batches.Count == 0 || (batches[0].BaseOffset <= from && from < batches[0].NextOffset),
                    $"A read at {from} began elsewhere.");
                for (int index = 1; index < batches.Count; index++)
                {
                    Assert.Equal(batches[index - 1].NextOffset, batches[index].BaseOffset);
                }

                all.AddRange(batches);
            }
            catch (LogException refusal) when (refusal.Code == LogErrors.OffsetOutOfRange)
            {
                // Only a trim since the watermarks were read explains it.
                Assert.True(log.Watermarks.Start > from, $"A read at {from} was refused: {refusal.Message}");
            }
        }
        while (!writing.IsCompleted);

        return all;
    }

    private static async Task CommitAndTrimWhileAsync(ILog log, Action commit, Task writing)
    {
        bool last;
        do
        {
            last = writing.IsCompleted;
            commit();
            await log.TrimAsync(At(log.Watermarks.Committed.Value / 2));
            await Task.Yield();
        }
        while (!last);
    }
}
