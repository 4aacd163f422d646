"""What tests are built from: data, servers, readers of files, a laboratory of networks. No tests."""
