using Duramen.Kafka.Generator;

// Writes every generated file of the Kafka protocol; run it from anywhere in the repository after a schema changed:
//   dotnet run --project eng/Duramen.Kafka.Generator
string? root = Directory.GetCurrentDirectory();
while (root is not null && !File.Exists(Path.Combine(root, "Duramen.slnx")))
{
    root = Path.GetDirectoryName(root);
}

if (root is null)
{
    Console.Error.WriteLine("No folder from here upwards holds Duramen.slnx.");
    return 1;
}

try
{
    int written = GeneratedFiles.Write(root);
    Console.WriteLine($"{written} files changed");
    return 0;
}
catch (FormatException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
