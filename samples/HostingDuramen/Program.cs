using Duramen.Hosting;
using HostingDuramen;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddDuramen(options => options with { DataPath = args is [string path, ..] ? path : null });
builder.Services.AddHealthChecks().AddDuramen();
builder.Services.AddHostedService<Greeter>();
using IHost host = builder.Build();
await host.RunAsync();
