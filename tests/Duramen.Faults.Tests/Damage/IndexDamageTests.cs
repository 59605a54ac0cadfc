using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Faults.Tests.Simulated;
using Duramen.Log;
using Duramen.Storage.Segments;
using Xunit;

namespace Duramen.Faults.Tests.Damage;

/// <summary>An index is made from its segment and can be made again, so that no damage to it is an error to anybody.</summary>
public sealed class IndexDamageTests
{
    [Fact]
    public async Task An_index_with_any_byte_damaged_is_made_again_and_misleads_no_read()
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        for (int append = 0; append < 60; append++)
        {
            await folder.AppendAsync("one", 1000);
        }

        TimestampMatch? first = await folder.Log("one").FindTimestampAsync(1);
        await folder.Open.DisposeAsync();
        folder.Disk.ProcessKill();
        string path = folder.Disk.AllFiles().Single(path => path.EndsWith(".index", StringComparison.Ordinal));
        int length = folder.Disk.ReadContent(path).Length;
        Assert.True(length >= IndexFile.HeaderSizeBytes + (3 * IndexEntry.SizeBytes));
        for (int at = 0; at < length; at++)
        {
            TestFolder copy = DamagedFolder.CopyOf(folder);
            copy.Disk.FlipBit(path, at, at % 8);
            await copy.OpenAsync();
            Assert.Equal(first, await copy.Log("one").FindTimestampAsync(1));
            for (long offset = 0; offset < 60; offset += 7)
            {
                using LogSlice slice = await copy.Log("one").ReadAsync(new Offset(offset), new ReadLimits(1));
                Assert.Equal(offset + 1, slice.NextOffset.Value);
            }

            Assert.Null(await copy.CompareAsync());
            Assert.Contains(copy.Notices, notice => notice.Contains(path, StringComparison.Ordinal));
            copy.Open.Abandon();
        }
    }
}
