using System.Globalization;
using Duramen.Faults.Tests.Oracle;
using Xunit;
using Xunit.Abstractions;

namespace Duramen.Faults.Tests.Simulated;

/// <summary>
/// Crashes at every operation of many workloads. The short form tries some thousands of cases; <c>DURAMEN_FAULTS_SEEDS=N</c> tries N seeds in
/// each test and every operation of each.
/// </summary>
public sealed class CrashSweepTests(ITestOutputHelper output)
{
    private const int ShortSeeds = 10;
    private const int ShortCasesPerSeed = 45;

    private static readonly int Seeds =
        int.TryParse(Environment.GetEnvironmentVariable("DURAMEN_FAULTS_SEEDS"), CultureInfo.InvariantCulture, out int seeds) ? seeds : 0;

    [Fact]
    public Task A_process_that_is_killed_at_any_operation_loses_nothing_acknowledged() =>
        SweepAsync(100, (seed, at) => new CrashCase(seed, at, Crash.Kill, 0, at % 2 == 0 ? Crash.Kill : Crash.Power));

    [Fact]
    public Task A_power_cut_at_any_operation_loses_nothing_acknowledged() =>
        SweepAsync(200, (seed, at) => new CrashCase(seed, at, Crash.Power, 0, at % 2 == 0 ? Crash.Kill : Crash.Power));

    [Fact]
    public Task A_kill_and_a_power_cut_during_recovery_lose_nothing_acknowledged() =>
        SweepAsync(300, (seed, at) => new CrashCase(seed, at, Crash.Kill, 1 + (at % 23), Crash.Power));

    [Fact]
    public Task A_power_cut_and_another_during_recovery_lose_nothing_acknowledged() =>
        SweepAsync(400, (seed, at) => new CrashCase(seed, at, Crash.Power, 1 + (at % 23), Crash.Power));

    [Fact]
    public Task A_kill_and_another_during_recovery_lose_nothing_acknowledged() =>
        SweepAsync(500, (seed, at) => new CrashCase(seed, at, Crash.Kill, 1 + (at % 23), Crash.Kill));

    private async Task SweepAsync(ulong firstSeed, Func<ulong, long, CrashCase> caseOf)
    {
        int cases = 0;
        var failures = new List<Exception>();
        for (ulong seed = firstSeed; seed < firstSeed + (ulong)(Seeds > 0 ? Seeds : ShortSeeds) && failures.Count < 5; seed++)
        {
            long operations = await CrashCase.CountOperationsAsync(seed);
            long step = Seeds > 0 ? 1 : Math.Max(1, operations / ShortCasesPerSeed);
            for (long at = 1 + ((long)seed % step); at <= operations + 2 && failures.Count < 5; at += step)
            {
                cases++;
                try
                {
                    await caseOf(seed, at).RunAsync();
                }
                catch (OracleException failure)
                {
                    failures.Add(failure);
                }
            }
        }

        output.WriteLine($"{cases} cases");
        Assert.True(failures.Count == 0, string.Join("\n==========\n", failures.Select(failure => failure.Message)));
    }
}
