using Duramen.Core.Errors;
using Duramen.Core.Random;
using Duramen.Faults.Tests.Oracle;
using Duramen.Faults.Tests.Simulated;
using Xunit;
using Xunit.Abstractions;

namespace Duramen.Faults.Tests.Damage;

/// <summary>
/// One bit of one file turns round: everything is read as it was, or an error with a code names the file. The short form takes the beginning of
/// every block and a sample of the rest; <c>DURAMEN_FAULTS_BITS=all</c> takes every byte.
/// </summary>
public sealed class BitRotTests(ITestOutputHelper output)
{
    private const int HeaderBytes = 72;
    private const int SamplesPerFile = 60;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flipped_bit_is_without_effect_or_an_error_that_names_the_file(bool isKilled)
    {
        TestFolder folder = await DamagedFolder.MakeAsync(isKilled);
        var random = new Prng(7);
        var failures = new List<string>();
        int flips = 0;
        int refusals = 0;
        foreach (string path in DamagedFolder.Files(folder.Disk))
        {
            byte[] content = folder.Disk.ReadContent(path);
            foreach (long at in Places(content, random))
            {
                int bit = random.NextInt32(8);
                TestFolder copy = DamagedFolder.CopyOf(folder);
                copy.Disk.FlipBit(path, at, bit);
                flips++;
                try
                {
                    if (await copy.OpenAndReadAsync() is DuramenException refusal)
                    {
                        refusals++;
                        string folderOfFile = path[..path.LastIndexOf('/')];
                        if (!refusal.Message.Contains(folderOfFile, StringComparison.Ordinal) || refusal.Remedy.Length == 0)
                        {
                            failures.Add($"{path} byte {at} bit {bit}: the error names neither place nor remedy: {refusal.Message}");
                        }
                    }
                }
                catch (Exception failure)
                {
                    failures.Add($"{path} byte {at} bit {bit}: {failure}");
                }
            }
        }

        output.WriteLine($"{flips} flips, {refusals} refused");
        Assert.True(failures.Count == 0, $"{failures.Count} of {flips}:\n{string.Join('\n', failures.Take(10))}");
        Assert.True(refusals > flips / 10);
    }

    private static IEnumerable<long> Places(byte[] content, Prng random)
    {
        if (Environment.GetEnvironmentVariable("DURAMEN_FAULTS_BITS") == "all")
        {
            return Enumerable.Range(0, content.Length).Select(at => (long)at);
        }

        var places = new SortedSet<long>();
        for (long block = 0; block < content.Length; block += 4096)
        {
            // The unused part of a journal is zeros; one block of it is enough.
            if (block == 0 || content.AsSpan((int)block, (int)Math.Min(64, content.Length - block)).IndexOfAnyExcept((byte)0) >= 0)
            {
                int step = block == 0 ? 1 : 9;
                for (long at = block; at < Math.Min(block + HeaderBytes, content.Length); at += step)
                {
                    places.Add(at);
                }
            }
        }

        for (int sample = 0; sample < Math.Min(SamplesPerFile, content.Length); sample++)
        {
            places.Add(random.NextInt32(content.Length));
        }

        return places;
    }
}
