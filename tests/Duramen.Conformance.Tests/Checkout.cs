using System.Reflection;

namespace Duramen.Conformance.Tests;

/// <summary>Where things are in the checkout that the tests run from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Path.GetFullPath(Metadata("RepositoryRoot"));

    public static string Executable { get; } = Path.GetFullPath(Metadata("DuramenExecutable"));

    /// <summary>The drivers, one folder for each client.</summary>
    public static string Drivers { get; } = Path.Combine(Root, "tests", "Duramen.Conformance.Tests", "Clients");

    /// <summary>What <c>Clients/install</c> made.</summary>
    public static string Installed { get; } = Path.Combine(Root, "artifacts", "clients");

    private static string Metadata(string key) =>
        typeof(Checkout).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
